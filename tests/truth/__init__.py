"""The embedded Zenodo against a real InvenioRDM: the same raw requests, every answer compared."""

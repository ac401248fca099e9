"""The words of schema.org, which ``codemeta.json`` and ``ro-crate-metadata.json`` share."""

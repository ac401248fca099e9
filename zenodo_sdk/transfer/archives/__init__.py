"""Archives: a folder as one to upload, and the files inside of remote ones."""

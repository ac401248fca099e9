"""Every fault against everything that moves files, in both colours; makes the fault matrix."""

"""Names as suggestions inside what one may see: never a signal, never a merge by itself."""

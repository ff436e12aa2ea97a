"""Text to values: pure functions over packaged rules; no input or output, no clock."""

"""What happens when someone types, clicks, or time passes. Knows ports, no SDK."""

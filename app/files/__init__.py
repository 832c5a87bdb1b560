"""Private files: what may come in, where it lies, how it leaves. Knows nothing of photos or consents."""

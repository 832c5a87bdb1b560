"""The outcomes room: what treatments brought, as measured and as told."""

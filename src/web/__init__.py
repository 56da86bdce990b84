"""HTTP: health now; OAuth callbacks, webhooks and the dashboard later."""

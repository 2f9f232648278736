"""One call of the platform's API: asked, paid for, checked."""

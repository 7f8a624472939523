"""The register of personal data breaches, the people whom they affect, and the notices to them."""

"""The document of a campaign: its blocks, and its forms as HTML, text and Markdown."""

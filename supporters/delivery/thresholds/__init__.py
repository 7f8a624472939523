"""The thresholds above which a campaign pauses itself, and the figures that they judge."""

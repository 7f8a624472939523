"""Pictures of campaigns: made small and clean at their upload, stored in the database."""

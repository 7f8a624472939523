"""Pictures of campaigns: made small and clean at their upload, kept in the database."""

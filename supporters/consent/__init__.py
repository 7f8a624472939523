"""Why we may write to somebody, or may not: purposes, wordings, consent events, suppressions."""

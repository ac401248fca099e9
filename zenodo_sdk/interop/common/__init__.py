"""What the formats share: gathering a body, licences, identifiers, texts and losses."""

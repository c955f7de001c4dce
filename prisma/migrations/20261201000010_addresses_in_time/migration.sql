-- An address may come to another customer: guest orders go to whose it was when they were placed.
-- See docs/decisions/0071-whose-address-it-is.md.

-- Of a guest's account that a customer has claimed: since when and until when orders under the address are hers.
ALTER TABLE account ADD COLUMN guest_since timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE account ADD COLUMN guest_until timestamptz NOT NULL DEFAULT 'infinity';
COMMENT ON COLUMN account.guest_until IS 'another customer has shown the address to be theirs then';

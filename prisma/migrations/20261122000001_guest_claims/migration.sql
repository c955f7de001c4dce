-- A guest's points wait under the hash of the e-mail until somebody signs in whose address Shopify has verified.
ALTER TABLE account
  -- Shopify was asked for the address of this customer: again after a day at the earliest
  ADD COLUMN guest_asked_at timestamptz,
  -- the verified address was claimed; later guest orders under it come to this account by themselves
  ADD COLUMN guest_claimed_at timestamptz;

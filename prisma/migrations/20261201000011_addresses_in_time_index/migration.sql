-- One account for an address at any time; it serves whoever looks for the address, too.
CREATE UNIQUE INDEX CONCURRENTLY account_address ON account (shop_id, guest_hash, guest_until);

-- There may be several accounts of an address by now, one after the other.
ALTER TABLE account DROP CONSTRAINT account_shop_id_guest_hash_key;

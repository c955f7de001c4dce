-- Which posting a line of a file has made: an undo finds it by its number, not by a text put together from others.
ALTER TABLE bulk_line ADD COLUMN own_posting_id bigint;
UPDATE bulk_line l SET own_posting_id = p.posting_id
  FROM bulk_batch b, posting p
 WHERE b.shop_id = l.shop_id AND b.batch_id = l.batch_id AND b.undoes IS NULL AND l.status = 'posted'
   AND p.shop_id = l.shop_id AND p.kind = b.kind AND p.source_id = concat('batch-', l.batch_id, '-', l.line)
   AND p.part = 'points' AND p.version = 1;

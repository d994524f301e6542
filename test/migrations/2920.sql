INSERT INTO verify_findings (merchant_id, digest, id, run_id, code, detail, first_found_at, last_found_at)
VALUES ('01a216e0-2e93-7737-9de0-d5cf1cd96b48', repeat('a1', 32), '01a216e0-2e93-7737-9de0-d5cf1cd96b60',
  '01a216e0-2e93-7737-9de0-d5cf1cd96b61', 'HASH_MISMATCH', 'transaction 4 is not chained to the one before it',
  '2026-11-20 00:00:00+00', '2026-11-20 00:00:00+00');

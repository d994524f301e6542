INSERT INTO worker_presence (id, host, started_at, seen_at) VALUES
  ('01a2158a-f27f-747d-8299-000000000800', 'worker-1', '2025-01-01T00:00:00Z', '2025-01-01T00:10:00Z');

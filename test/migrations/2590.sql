INSERT INTO webhook_attempts (merchant_id, delivery_id, number, endpoint_id, started_at, duration_ms, status_code, failure, answer, is_delivered) VALUES
  ('01a216e0-2e93-7737-9de0-d5cf1cd96b48', '01a216e0-5000-7000-8000-000000000001', 1, '01a216e0-4000-7000-8000-000000000001', '2026-11-26 08:02:00.487+00', 87, 503, NULL, 'busy', 'false');

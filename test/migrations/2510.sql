UPDATE merchants SET reads_per_second = 70 WHERE id = '01a216e0-2e93-7737-9de0-d5cf1cd96b48';

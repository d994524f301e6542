import { z } from 'zod';

// Zod's compiler makes functions from text, which the content security policy refuses.
z.config({ jitless: true });

export { z };

import { z } from 'zod';

// Its compiler makes functions from text, which the content security policy refuses.
z.config({ jitless: true });

export { z };

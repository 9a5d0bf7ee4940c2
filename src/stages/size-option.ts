import { z } from 'zod';

/** An image's height or width in pixels, as an option. */
export const sizeOption = z.number().int().min(1).max(4096);

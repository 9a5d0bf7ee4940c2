import type { Section } from '../context.js';
import { epoch } from './epoch.js';
import { growth } from './growth.js';
import { record } from './record.js';
import { stages } from './stages.js';
import { startUp } from './start-up.js';
import { steps } from './steps.js';

/** All sections, in the order in which they run. To add one: a file here, one in render/, and an entry in both lists. */
export const sections: readonly Section[] = [steps, record, epoch, stages, startUp, growth];

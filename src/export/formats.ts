import type { ExportFormat } from './format.js';
import { graphModel } from './graph-model.js';
import { savedModel } from './saved-model.js';

/** All forms of an export. Adding one means one file and one entry here. */
export const exportFormats: readonly ExportFormat[] = [savedModel, graphModel];

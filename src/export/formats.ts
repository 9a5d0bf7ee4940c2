import type { ExportFormat } from './format.js';
import { graphModel } from './graph-model.js';
import { keras } from './keras.js';
import { savedModel } from './saved-model.js';
import { torchvision } from './torchvision.js';

/** All forms of an export. Adding one means one file and one entry here. */
export const exportFormats: readonly ExportFormat[] = [savedModel, graphModel, keras, torchvision];

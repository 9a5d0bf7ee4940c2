import type { Section } from '../section.js';
import { accuracySection } from './accuracy.js';
import { calibrationSection } from './calibration.js';
import { confusionSection } from './confusion.js';
import { corruptionsSection } from './corruptions.js';
import { curvesSection } from './curves.js';
import { findingsSection } from './findings.js';
import { gradientsSection } from './gradients.js';
import { inputSection } from './input.js';
import { mistakesSection } from './mistakes.js';
import { numbersSection } from './numbers.js';
import { pipelinesSection } from './pipelines.js';
import { provenanceSection } from './provenance.js';
import { searchSection } from './search.js';

/** The report's sections in their order. A new one is one file and one entry here. */
export const sections: readonly Section[] = [
  accuracySection,
  searchSection,
  findingsSection,
  curvesSection,
  pipelinesSection,
  inputSection,
  gradientsSection,
  confusionSection,
  mistakesSection,
  corruptionsSection,
  calibrationSection,
  provenanceSection,
  numbersSection,
];

export { gridOf as gridOfTruth, rasterise } from '../measures/grid.js';
export { jaccard } from '../measures/region.js';

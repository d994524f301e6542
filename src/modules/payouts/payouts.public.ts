export { stateDiagram } from './domain/state-diagram.js';

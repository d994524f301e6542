export { paymentDiagram } from './domain/state-diagram.js';

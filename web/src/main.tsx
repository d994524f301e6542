import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <main className="p-6">
      <h1 className="text-xl font-semibold">{document.title}</h1>
    </main>
  </StrictMode>,
);

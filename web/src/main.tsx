import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectClient } from './api/connect.ts';
import { App } from './routes/app.tsx';
import { restoreLanguage } from './text/language.ts';
import { restoreTheme } from './ui/theme.ts';

restoreTheme();
connectClient();
await restoreLanguage();

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

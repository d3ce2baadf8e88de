import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './api/reads.js';
import { Page } from './page.js';
import './styles/page.css';
import './styles/map.css';
import './styles/tables.css';

const room = document.getElementById('page');
if (room) {
  createRoot(room).render(
    <StrictMode>
      <QueryClientProvider client={makeQueryClient()}>
        <Page />
      </QueryClientProvider>
    </StrictMode>,
  );
}

import { loginRoutes } from './pages/login.ts';
import type { Route } from './route.ts';

/** Every page there is, and who may see it. What does not stand here is not found. */
export const routes: readonly Route[] = [...loginRoutes];

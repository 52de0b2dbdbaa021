import type { Panel } from '../contracts/panel.ts';
import type { PanelConfiguration } from '../domain/configuration.ts';
import { openDemoPanel } from './demo.ts';
import { openLinuxPanel } from './linux.ts';
import { openStaticPanel } from './static.ts';

export function openPanel(configuration: PanelConfiguration): Panel {
  switch (configuration.kind) {
    case 'static':
      return openStaticPanel(configuration.accounts);
    case 'linux':
      return openLinuxPanel({ passwdFile: '/etc/passwd', loginDefinitionsFile: '/etc/login.defs' });
    case 'demo':
      return openDemoPanel(configuration.accounts, process.getuid?.() ?? 0);
  }
}

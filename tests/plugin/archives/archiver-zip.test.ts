import { openArchiverZip } from '../../../plugin/archives/archiver-zip.ts';
import { testZipWriter } from '../../contracts/zip-writer.ts';

testZipWriter('archiver', openArchiverZip);

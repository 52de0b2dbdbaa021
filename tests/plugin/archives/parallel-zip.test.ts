import { openParallelZip } from '../../../plugin/archives/parallel-zip.ts';
import { testZipWriter } from '../../contracts/zip-writer.ts';

testZipWriter('several threads', openParallelZip);

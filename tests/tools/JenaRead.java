import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.jena.query.Dataset;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;

/**
 * Apache Jena as a second reader of what mosty writes.
 *
 * <p>java -cp JAR JenaRead.java FOLDER: reads every file of the folder, its name tells the format, and writes what it
 * says as N-Quads beside it, with .read added to the name; or what is wrong, with .error.
 */
public final class JenaRead {
    private JenaRead() {}

    public static void main(String[] args) throws Exception {
        List<Path> files;
        try (Stream<Path> found = Files.list(Path.of(args[0]))) {
            files = found.sorted().toList();
        }
        for (Path file : files) {
            try {
                Dataset data = RDFDataMgr.loadDataset(file.toUri().toString());
                try (OutputStream out = Files.newOutputStream(Path.of(file + ".read"))) {
                    RDFDataMgr.write(out, data, Lang.NQUADS);
                }
            } catch (RuntimeException error) {
                Files.writeString(Path.of(file + ".error"), String.valueOf(error.getMessage()));
            }
        }
    }
}

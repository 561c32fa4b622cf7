import com.sun.management.OperatingSystemMXBean;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.jena.graph.Graph;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.ValidationReport;

/**
 * Apache Jena's SHACL as a second opinion, several runs in one virtual machine.
 *
 * <p>java -cp JAR JenaShacl.java time DATA SHAPES RUNS REPORT: load once, validate RUNS times; prints milliseconds.
 *
 * <p>java -cp JAR JenaShacl.java batch FOLDER: for each N.data.nt with N.shapes.nt write N.report.nt, or N.error.
 */
public final class JenaShacl {
    private static final OperatingSystemMXBean CLOCK =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private JenaShacl() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("time")) {
            time(Path.of(args[1]), Path.of(args[2]), Integer.parseInt(args[3]), Path.of(args[4]));
        } else {
            batch(Path.of(args[1]));
        }
    }

    private static void time(Path dataFile, Path shapesFile, int runs, Path reportFile) throws Exception {
        long start = System.nanoTime();
        Graph data = RDFDataMgr.loadGraph(dataFile.toString());
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(shapesFile.toString()));
        System.out.println("load " + since(start));
        ValidationReport report = null;
        for (int run = 0; run < runs; run++) {
            start = System.nanoTime();
            long used = CLOCK.getProcessCpuTime();
            report = ShaclValidator.get().validate(shapes, data);
            System.out.println("validate_cpu " + (CLOCK.getProcessCpuTime() - used) / 1e6);
            System.out.println("validate " + since(start));
        }
        write(report, reportFile);
    }

    private static void batch(Path folder) throws Exception {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.filter(file -> file.toString().endsWith(".data.nt")).sorted().toList();
        }
        for (Path dataFile : files) {
            String name = dataFile.getFileName().toString().replace(".data.nt", "");
            try {
                Graph data = RDFDataMgr.loadGraph(dataFile.toString());
                Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(folder.resolve(name + ".shapes.nt").toString()));
                write(ShaclValidator.get().validate(shapes, data), folder.resolve(name + ".report.nt"));
            } catch (Exception | StackOverflowError error) {
                Files.writeString(folder.resolve(name + ".error"), error.toString());
            }
        }
    }

    private static void write(ValidationReport report, Path file) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            RDFDataMgr.write(out, report.getGraph(), Lang.NTRIPLES);
        }
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}

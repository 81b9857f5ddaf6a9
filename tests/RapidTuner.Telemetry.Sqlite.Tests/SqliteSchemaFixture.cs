using RapidTuner.Telemetry.Sqlite.Schema;
using SQLitePCL;

namespace RapidTuner.Telemetry.Sqlite.Tests;

/// <summary>Files as each version of the schema left them, with a row or two.</summary>
internal static class SqliteSchemaFixture
{
    private static readonly string[] Rows =
    [
        """
        INSERT INTO counters VALUES ('steps', 41), ('models', 1), ('runs', 1);
        INSERT INTO runs VALUES (1, 1790000000000000, 'twin', 'mi300x', 'llama-3.1-70b', 'rapid', '', 1, 1, '0.1.0');
        INSERT INTO step_groups VALUES (1, 1, 1790000000000000, 'decode', 96, 304, 208, 96, 0, 'smallest_decode');
        INSERT INTO steps VALUES (40, 1, 1000, 900, 7, 7000, 1, 512, 100, NULL, 0, 0, 5000), (41, 1, 2000, 900, 7, 7000, 2, 512, 100, 12345, 1, NULL, 5000);
        INSERT INTO models VALUES (1, 'm', 'decode_latency', 'champion', 0, 0, '', '', 0, 0, '1', 1, '', '', '', '', x'01');
        """,
        """
        INSERT INTO counters VALUES ('steps', 41), ('models', 1), ('runs', 1);
        INSERT INTO runs VALUES (1, 1790000000000000, 'twin', 'mi300x', 'llama-3.1-70b', 'rapid', '', 1, 1, '0.1.0');
        INSERT INTO step_groups VALUES (1, 1, 1790000000000000, 'decode', 96, 304, 208, 96, 0, 'smallest_decode');
        INSERT INTO prefill_works VALUES (1, 1, 512, 100, NULL, 0), (2, 2, 512, 100, 12345, 1);
        INSERT INTO steps VALUES (40, 1, 1000, 900, 7, 7000, 1, 0, 5000), (41, 1, 2000, 900, 7, 7000, 2, NULL, 5000);
        INSERT INTO models VALUES (1, 'm', 'decode_latency', 'champion', 0, 0, '', '', 0, 0, '1', 1, '', '', '', '', x'01');
        """,
        """
        INSERT INTO counters VALUES ('steps', 41), ('models', 1), ('runs', 1);
        INSERT INTO runs VALUES (1, 1790000000000000, 'twin', 'mi300x', 'llama-3.1-70b', 'rapid', '', 1, 1, '0.1.0', 2, 'graphs', 'tight');
        INSERT INTO step_groups VALUES (1, 1, 1790000000000000, 'decode', 96, 304, 208, 96, 0, 'smallest_decode');
        INSERT INTO prefill_works VALUES (1, 1, 512, 100, NULL, 0), (2, 2, 512, 100, 12345, 1);
        INSERT INTO steps VALUES (40, 1, 1000, 900, 7, 7000, 1, 0, 5000), (41, 1, 2000, 900, 7, 7000, 2, NULL, 5000);
        INSERT INTO models VALUES (1, 'm', 'decode_latency', 'champion', 0, 0, '', '', 0, 0, '1', 1, '', '', '', '', x'01');
        """,
    ];

    public static void Make(string path, int version)
    {
        Batteries_V2.Init();
        using var database = SqliteDatabase.Open(path, readOnly: false);
        database.Execute("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
        SqliteSchema.Migrate(database, 0, version);
        database.Execute(Rows[version - 1]);
    }
}

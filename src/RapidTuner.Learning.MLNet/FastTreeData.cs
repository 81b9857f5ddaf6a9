using Microsoft.ML;
using Microsoft.ML.Data;

namespace RapidTuner.Learning.MLNet;

/// <summary>Rows of a feature table as ML.NET's data, converted as they are read: nothing is copied beforehand.</summary>
internal static class FastTreeData
{
    /// <summary>The data view of <paramref name="rows"/>.</summary>
    /// <param name="context">ML.NET's context.</param>
    /// <param name="inputs">The features.</param>
    /// <param name="rows">Rows to read, in order.</param>
    /// <param name="label">One value per row of the table.</param>
    /// <param name="weights">One weight per row of the table, or empty: all 1.</param>
    public static IDataView Of(MLContext context, FastTreeInputs inputs, int[] rows, double[] label, ReadOnlyMemory<double> weights)
    {
        var schema = SchemaDefinition.Create(typeof(FastTreeExample));
        schema[nameof(FastTreeExample.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, inputs.Count);
        return context.Data.LoadFromEnumerable(Read(inputs, rows, label, weights), schema);
    }

    private static IEnumerable<FastTreeExample> Read(FastTreeInputs inputs, int[] rows, double[] label, ReadOnlyMemory<double> weights)
    {
        // One object serves a whole pass: ML.NET copies what it reads before it moves on, and each of its cursors enumerates anew.
        var example = new FastTreeExample { Features = new float[inputs.Count] };
        foreach (var row in rows)
        {
            inputs.Fill(row, example.Features);
            example.Label = (float)label[row];
            example.Weight = weights.IsEmpty ? 1 : (float)weights.Span[row];
            yield return example;
        }
    }
}

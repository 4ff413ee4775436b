using System.Text;
using OhlcvConnector.Forecasting.Data;

namespace OhlcvConnector.Forecasting.Evaluation;

/// <summary>An evaluation on disk after each part: written beside, then moved into place, so that a kill leaves the old one or the new one.</summary>
internal sealed class EvaluationCheckpoint(string? path, string key)
{
    /// <summary>The checkpoint of an evaluation. Other candles, another definition or other parts make another one.</summary>
    public static EvaluationCheckpoint Of(EvaluationOptions options, FeatureTable table, int first) => new(
        options.CheckpointFile,
        options.CheckpointFile is null ? "" : $"{table.Definition.Hash()} {table.Series.Hash()} {first} {options.Folds} {options.Embargo}");

    /// <summary>Writes the forecasts of the parts that are tested.</summary>
    public void Write(int folds, TestedForecasts[] tested)
    {
        if (path is null)
        {
            return;
        }

        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(key);
            writer.Write(folds);
            foreach (var one in tested)
            {
                writer.Write(one.Points.Count);
                for (var index = 0; index < one.Points.Count; index++)
                {
                    writer.Write(one.Points[index]);
                    writer.Write(one.Bands[index].Length);
                    foreach (var value in one.Bands[index])
                    {
                        writer.Write(value);
                    }
                }
            }
        }

        HashedFile.Write(path, memory);
    }

    /// <summary>Reads the forecasts of parts that were tested before.</summary>
    /// <returns>How many parts those are; 0 where there are none of this evaluation.</returns>
    public int Read(TestedForecasts[] tested)
    {
        if (path is null || HashedFile.Read(path) is not { } bytes)
        {
            return 0;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadString() != key)
        {
            return 0;
        }

        var folds = reader.ReadInt32();
        foreach (var one in tested)
        {
            var (points, bands) = (new double[reader.ReadInt32()], new List<double[]>());
            for (var index = 0; index < points.Length; index++)
            {
                points[index] = reader.ReadDouble();
                bands.Add([.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadDouble())]);
            }

            one.Add(points, bands);
        }

        return folds;
    }
}

using RapidTuner.Core.Errors;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>A trainer's name taken apart: whether there is a physical law, and which trees.</summary>
/// <param name="Law">True for <c>physics</c> and <c>physics+…</c>.</param>
/// <param name="Trees">The trees' trainer; null for <c>physics</c> alone.</param>
internal sealed record TrainerChoice(bool Law, ITrainer? Trees)
{
    /// <summary>The trainers of trees that are built in; the full edition adds its own before anything is fitted.</summary>
    public static IList<ITrainer> BuiltIn { get; } = [new HistogramTrainer()];

    /// <summary>The choice called <paramref name="name"/>.</summary>
    /// <exception cref="BadInputException">There is none of that name, or it is not built in.</exception>
    public static TrainerChoice Parse(string name)
    {
        var parts = name.ToLowerInvariant().Split('+');
        var law = parts[0] == "physics";
        var trees = law ? parts.ElementAtOrDefault(1) : parts[0];
        var trainer = BuiltIn.FirstOrDefault(t => t.Name == trees);
        if (parts.Length <= (law ? 2 : 1) && (trainer is not null || (law && trees is null)))
        {
            return new TrainerChoice(law, trainer);
        }

        throw trees == "fasttree"
            ? new BadInputException("--trainer", $"{name} is not in this edition", "build the full edition with -p:Edition=full, or use histogram")
            : new BadInputException("--trainer", $"\"{name}\" is unknown", "give histogram, fasttree (full edition), physics, physics+histogram or physics+fasttree");
    }
}

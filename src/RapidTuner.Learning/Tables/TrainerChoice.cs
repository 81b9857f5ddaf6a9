using RapidTuner.Core.Errors;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>A trainer's name taken apart: whether there is a physical law, and which trees.</summary>
/// <param name="Law">True for <c>physics</c> and <c>physics+…</c>.</param>
/// <param name="Trees">The trees' trainer; null for <c>physics</c> alone.</param>
internal sealed record TrainerChoice(bool Law, ITrainer? Trees)
{
    /// <summary>Its name, as <see cref="Parse"/> reads it.</summary>
    public string Name => !Law ? Trees!.Name : Trees is null ? "physics" : $"physics+{Trees.Name}";

    /// <summary>The choice called <paramref name="name"/>, or for null the default that can fit <paramref name="loss"/>.</summary>
    /// <exception cref="BadInputException">There is none of that name, it is not built in, or it cannot fit the loss.</exception>
    public static TrainerChoice Parse(string? name, Loss? loss)
    {
        var needed = loss?.Kind == LossKind.Quantile ? TrainerCapabilities.QuantileLoss : TrainerCapabilities.SquaredLoss;
        name ??= Trainers.DefaultFor(needed).Name;
        var parts = name.ToLowerInvariant().Split('+');
        var law = parts[0] == "physics";
        var trees = law ? parts.ElementAtOrDefault(1) : parts[0];
        var trainer = Trainers.BuiltIn.FirstOrDefault(t => t.Name == trees);
        if (parts.Length <= (law ? 2 : 1) && (trainer is not null || (law && trees is null)))
        {
            var missing = trainer is null ? TrainerCapabilities.None : needed & ~trainer.Capabilities;
            return missing == TrainerCapabilities.None ? new TrainerChoice(law, trainer)
                : throw new BadInputException("--trainer", new MissingCapabilityException(trainer!.Name, missing).Message, "give histogram or physics+histogram");
        }

        throw trees == "fasttree"
            ? new BadInputException("--trainer", $"{name} is not in this edition", "build the full edition with -p:Edition=full, or use histogram")
            : new BadInputException("--trainer", $"\"{name}\" is unknown", "give histogram, fasttree (full edition), physics, physics+histogram or physics+fasttree");
    }
}
